import { identity } from './0001-identity.ts'
import { foundation } from './0002-foundation.ts'
import { records } from './0003-records.ts'
import { search } from './0004-search.ts'
import { externalIds } from './0005-external-ids.ts'
import { processes } from './0006-processes.ts'
import { idempotency } from './0007-idempotency.ts'
  '0011-stage-stays': stageStays,
