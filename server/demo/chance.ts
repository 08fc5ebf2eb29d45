import { base, en, Faker } from '@faker-js/faker'

/** Decisions that come out the same whenever the seed and the topic are the same. */
export interface Chance {
  readonly faker: Faker
  /** A whole number, both ends included. */
  int(min: number, max: number): number
  happens(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** By weight: `[[3, 'often'], [1, 'seldom']]`. */
  weighted<T>(list: readonly (readonly [number, T])[]): T
  /** Up to `count` different ones. */
  some<T>(list: readonly T[], count: number): T[]
}

/** Each topic has its own sequence, so that a new one does not change what the others decide. */
export function chanceOf(seed: number, topic: string): Chance {
  const faker = new Faker({ locale: [en, base] })
  faker.seed([seed, ...Buffer.from(topic)])
  return {
    faker,
    int: (min, max) => faker.number.int({ min, max }),
    happens: (probability) => faker.number.float() < probability,
    pick: (list) => faker.helpers.arrayElement(list),
    weighted: (list) =>
      faker.helpers.weightedArrayElement(list.map(([weight, value]) => ({ weight, value }))),
    some: (list, count) => faker.helpers.arrayElements(list, Math.min(count, list.length)),
  }
}
