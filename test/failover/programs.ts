import { accessSync, constants, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Paths of the programs that the cluster is made of. */
export interface Programs {
  etcd: string
  patroni: string
  haproxy: string
  /** The directory of `postgres`, `initdb` and `pg_rewind`. */
  postgres: string
}

const packages = {
  etcd: 'etcd-server',
  patroni: 'patroni',
  haproxy: 'haproxy',
  postgres: 'postgresql',
} as const

/**
 * @param path directories as in PATH
 * @param postgresDirectories where Debian puts the versions of PostgreSQL
 * @throws Error that names what is missing and the command that installs it
 */
export function findPrograms(
  path: string = `${process.env.PATH}${delimiter}/usr/sbin`,
  postgresDirectories = '/usr/lib/postgresql/*/bin',
): Programs {
  const found = {
    etcd: programIn(path, 'etcd'),
    patroni: programIn(path, 'patroni'),
    haproxy: programIn(path, 'haproxy'),
    postgres: newestWith(globSync(postgresDirectories)),
  }
  const missing = Object.entries(packages).filter(([name]) => !found[name as keyof typeof found])
  const { etcd, patroni, haproxy, postgres } = found
  if (etcd && patroni && haproxy && postgres) return { etcd, patroni, haproxy, postgres }
  throw new Error(
    `Not installed: ${missing.map(([name]) => name).join(', ')}. On Debian: apt-get install ${missing.map(([, name]) => name).join(' ')}`,
  )
}

function programIn(path: string, name: string): string | undefined {
  return path
    .split(delimiter)
    .map((directory) => join(directory, name))
    .find(isExecutable)
}

function newestWith(directories: readonly string[]): string | undefined {
  const version = (directory: string) => Number(/\/(\d+)\/bin$/.exec(directory)?.[1] ?? 0)
  return directories
    .filter(
      (directory) => isExecutable(join(directory, 'pg_rewind')) && isExecutable(join(directory, 'postgres')),
    )
    .toSorted((a, b) => version(b) - version(a))[0]
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
