import { identity } from './0001-identity.ts'
import { foundation } from './0002-foundation.ts'
import { records } from './0003-records.ts'
import { search } from './0004-search.ts'
import { externalIds } from './0005-external-ids.ts'
import { processes } from './0006-processes.ts'
import { idempotency } from './0007-idempotency.ts'
import { messages } from './0008-messages.ts'
import { files } from './0009-files.ts'
import { leases } from './0010-leases.ts'
import { stageStays } from './0011-stage-stays.ts'
import { emulation } from './0012-emulation.ts'
import { uptime } from './0013-uptime.ts'
import { events } from './0014-events.ts'
import { auditEntries } from './0015-audit-entries.ts'
import { webhooks } from './0016-webhooks.ts'
import { fewerConflicts } from './0017-fewer-conflicts.ts'
import { keys } from './0018-keys.ts'
import { access } from './0019-access.ts'
import { people } from './0020-people.ts'
import { sandbox } from './0021-sandbox.ts'
import { leaks } from './0022-leaks.ts'
import { counts } from './0023-counts.ts'
import { growth } from './0024-growth.ts'
import type { Migration } from './statements.ts'

/** All migrations in the order of their names. One that has been released is never changed again. */
export const migrations: Record<string, Migration> = {
  '0001-identity': identity,
  '0002-foundation': foundation,
  '0003-records': records,
  '0004-search': search,
  '0005-external-ids': externalIds,
  '0006-processes': processes,
  '0007-idempotency': idempotency,
  '0008-messages': messages,
  '0009-files': files,
  '0010-leases': leases,
  '0011-stage-stays': stageStays,
  '0012-emulation': emulation,
  '0013-uptime': uptime,
  '0014-events': events,
  '0015-audit-entries': auditEntries,
  '0016-webhooks': webhooks,
  '0017-fewer-conflicts': fewerConflicts,
  '0018-keys': keys,
  '0019-access': access,
  '0020-people': people,
  '0021-sandbox': sandbox,
  '0022-leaks': leaks,
  '0023-counts': counts,
  '0024-growth': growth,
}
