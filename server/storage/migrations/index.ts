import { identity } from './0001-identity.ts'
import { foundation } from './0002-foundation.ts'
import { records } from './0003-records.ts'
import { idempotency } from './0005-idempotency.ts'

/** All migrations in the order of their names. One that has been released is never changed again. */
export const migrations: Record<string, string> = {
  '0001-identity': identity,
  '0002-foundation': foundation,
  '0003-records': records,
  '0005-idempotency': idempotency,
}
