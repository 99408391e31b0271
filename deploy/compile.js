// Loaded beside the program when the image is made: what is compiled then need not be at run time, when nothing can be
// written. Help loads every command, this the services.

await Promise.all(['ingest', 'dedup', 'forwarder'].map(name => import(`@podpipe/${name}/main.ts`)))
