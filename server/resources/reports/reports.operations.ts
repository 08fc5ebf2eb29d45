import type { Operation } from '../../rest/operation.ts'
import { dealReports } from './deals.report.ts'
import { processReports } from './processes.report.ts'
import { reportOperation } from './reports.shape.ts'
import { stayReports } from './stays.report.ts'
import { taskReports } from './tasks.report.ts'

/** `GET /reports/…`: numbers about deals, processes and tasks, each with the list that it can be counted in. */
export function reportOperations(): Operation[] {
  return [...dealReports, ...processReports, ...stayReports, ...taskReports].map(reportOperation)
}
