// Which version of podpipe this is.

import manifest from './package.json' with { type: 'json' }

export const version = manifest.version
