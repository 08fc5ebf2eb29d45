import type { Chance } from './chance.ts'

/** Somebody who does not exist. */
export interface Person {
  first: string
  last: string
  email: string
  phone: string
}

export interface People {
  person(family?: string): Person
  phone(): string
  email(name: string): string
}

const domains = ['example.com', 'example.org', 'example.net']

/**
 * Names by chance; addresses at the domains and numbers in the range 555-0100 to 555-0199 that are set aside
 * for examples, so that no message can ever reach anybody.
 */
export function peopleBy(chance: Chance): People {
  const taken = new Set<string>()
  const phone = phones(chance)
  const email = (name: string) => {
    const local = plain(name)
    for (let number = 1; ; number++) {
      const address = `${local}${number === 1 ? '' : number}@${chance.pick(domains)}`
      if (taken.has(address)) continue
      taken.add(address)
      return address
    }
  }
  return {
    phone,
    email,
    person(family) {
      const first = chance.faker.person.firstName()
      const last = family ?? chance.faker.person.lastName()
      return { first, last, email: email(`${first}.${last}`), phone: phone() }
    },
  }
}

function plain(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '')
}

/** Every number once, until all area codes are used up. */
function phones(chance: Chance): () => string {
  const areas = chance.faker.helpers.shuffle(areaCodes())
  let count = 0
  return () => {
    const area = areas[Math.floor(count / 100) % areas.length]
    const line = String((count * 37) % 100).padStart(2, '0')
    count++
    return `(${area}) 555-01${line}`
  }
}

function areaCodes(): number[] {
  const codes: number[] = []
  for (let code = 201; code < 990; code++) if (code % 100 > 11 && code % 10 > 1) codes.push(code)
  return codes
}
