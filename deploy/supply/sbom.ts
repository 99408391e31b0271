// The bill of materials, in CycloneDX: every package and jar of somebody else that podpipe brings along.
// The base image's own (Node, Debian's packages) and the Java beside it are the base image's to tell.

import type { Jar } from '@podpipe/runtime/broker/jar-list.ts'
import { compare, type Package } from './lock.ts'

interface Component {
  readonly type: 'library'
  readonly 'bom-ref': string
  readonly group?: string
  readonly name: string
  readonly version: string
  readonly scope: 'required' | 'optional'
  readonly hashes: readonly { readonly alg: 'SHA-256' | 'SHA-512'; readonly content: string }[]
  readonly licenses: readonly { readonly license: { readonly id: string } }[]
  readonly purl: string
}

export interface Bom {
  readonly bomFormat: 'CycloneDX'
  readonly specVersion: '1.6'
  readonly version: 1
  readonly metadata: {
    readonly component: {
      readonly type: 'application'
      readonly 'bom-ref': string
      readonly name: string
      readonly version: string
    }
  }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

/** The address of a package by the purl specification: the @ of a scope is escaped. */
const purlOf = (nameAndVersion: string): string => `pkg:npm/${nameAndVersion.replace(/^@/, '%40')}`
const keyOf = ({ name, version }: Package): string => `${name}@${version}`
const licensesOf = (ids: readonly string[]) => ids.map(id => ({ license: { id } }))

function ofPackage(each: Package): Component {
  const purl = purlOf(keyOf(each))
  const content = Buffer.from(each.integrity.replace(/^sha512-/, ''), 'base64').toString('hex')
  return {
    type: 'library',
    'bom-ref': purl,
    name: each.name,
    version: each.version,
    scope: each.optional ? 'optional' : 'required',
    hashes: [{ alg: 'SHA-512', content }],
    licenses: licensesOf([each.licence]),
    purl,
  }
}

function ofJar(jar: Jar): Component {
  const purl = `pkg:maven/${jar.group}/${jar.name}@${jar.version}?type=jar`
  return {
    type: 'library',
    'bom-ref': purl,
    group: jar.group,
    name: jar.name,
    version: jar.version,
    scope: 'required',
    hashes: [{ alg: 'SHA-256', content: jar.sha256 }],
    licenses: licensesOf(jar.licences),
    purl,
  }
}

/**
 * The same sources make the same bytes: there is no time and no serial number in it.
 * What is optional is for other platforms, and is not in every installation.
 */
export function bomOf(version: string, packages: readonly Package[], jars: readonly Jar[]): Bom {
  const own = `pkg:generic/podpipe@${version}`
  const present = new Set(packages.map(keyOf))
  const broker = jars.map(ofJar)
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': own, name: 'podpipe', version } },
    components: [...packages.map(ofPackage), ...broker],
    dependencies: [
      {
        ref: own,
        dependsOn: [
          ...packages.filter(({ direct }) => direct).map(each => purlOf(keyOf(each))),
          ...broker.map(({ purl }) => purl),
        ].sort(compare),
      },
      ...packages.map(each => ({
        ref: purlOf(keyOf(each)),
        dependsOn: each.needs.filter(need => present.has(need)).map(purlOf),
      })),
    ],
  }
}
