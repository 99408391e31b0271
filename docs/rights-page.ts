// docs/rights.md: the table of rights for people. Pure.

import { type Grant, grantsOf, roles } from '@podpipe/schemas/access.ts'

const rowOf = ({ on, name, isPrefix, operations, why }: Grant): string =>
  `| ${on.replace('-', ' ')} | \`${name}${isPrefix ? '*' : ''}\` | ${operations.join(', ')} | ${why} |`

export function rightsPage(): string {
  const grants = grantsOf('pod')
  const sections = roles.map(
    role => `## ${role}

| on | name | operations | it |
| --- | --- | --- | --- |
${grants
  .filter(grant => grant.role === role)
  .map(rowOf)
  .join('\n')}
`,
  )
  return `# Rights in Kafka

Made from \`schemas/access.ts\` by \`npm run docs\`; do not edit.

What each user needs in a Kafka with an authorizer, and no more than that; Read and Write include Describe. With another
\`kafka.prefix\` the names begin with it, and groups and transactional ids with \`podpipe-<prefix>-\`. \`*\` stands for all names that begin so.

    podpipe topics plan --acls --config …                this table for your prefix; -o json for programs
    podpipe topics plan --acls --commands --config …     as commands of kafka-acls.sh
    podpipe topics apply --acls --config …               gives what is missing; as a user who may alter the cluster

\`--principal 'User:podpipe-{role}'\` says what the users are called; without \`{role}\` one user has all of it. A
[test](../tests/kafka/rights.e2e.test.ts) runs the whole chain and the console with these rights alone and takes them away in turn.

What is missing is told with user, operation, resource and the command that gives it, and goes on by itself once it is there:

- what events need, in the log and at \`/status\`; the service is not ready, and what needs the right waits;
- what is beside them (notes in \`history\`, \`collectors\` that are followed, topics that the console makes), at \`/status\` as a warning. The right to read
  \`collectors\` is missed when one of them has changed; that of dedup to read \`unique\`, when it takes over a transaction that broke off;
- what people ask the console for, in its answer. A redrive that may not go on says so as its failure; totals that may not be seen are a trouble of
  the flow. Who may not alter the settings of a topic may not see them either by this table, so \`DescribeConfigs\` is what is named.

${sections.join('\n')}`
}
