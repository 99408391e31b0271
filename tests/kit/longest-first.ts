// The order of the end-to-end tests. One that takes minutes is not begun last, or all the machine waits for it alone.

/** Those that take longest, as a run of all of them prints at its end. */
const longest = [
  'dedup/replay.e2e.test.ts',
  'dedup/scale.e2e.test.ts',
  'operating/vendor.e2e.test.ts',
  'ingest/memory.e2e.test.ts',
  'chain/containers.e2e.test.ts',
  'console/flow.e2e.test.ts',
  'kafka/cluster-reads.e2e.test.ts',
  'forwarder/replay-output.e2e.test.ts',
  'kafka/embedded-broker.e2e.test.ts',
  'kafka/embedded-partitions.e2e.test.ts',
  'chain/demo.e2e.test.ts',
  'kafka/partitions.e2e.test.ts',
  'operating/drill.e2e.test.ts',
  'ingest/archive.e2e.test.ts',
  'console/records.e2e.test.ts',
  'forwarder/outputs.e2e.test.ts',
  'dedup/audit.e2e.test.ts',
  'console/collectors.e2e.test.ts',
  'operating/run-all.e2e.test.ts',
  'dedup/replicas.e2e.test.ts',
  'dedup/crash.e2e.test.ts',
]

/**
 * Puts the longest first, and leaves the others in their order.
 * @throws for a file of the list that is not there any more
 */
export function longestFirst(files: readonly string[]): string[] {
  const gone = longest.filter(file => !files.includes(file))
  if (gone.length > 0)
    throw new Error(
      `tests/kit/longest-first.ts names ${gone.join(', ')}, which is not there: correct the list`,
    )
  return [...longest, ...files.filter(file => !longest.includes(file))]
}
