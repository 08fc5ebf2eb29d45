import type { AccountStore, AccountWriter } from '../storage/account-store.ts'

/** How many open records are in somebody's hands. */
export interface OpenWork {
  deals: number
  processes: number
  tasks: number
  conversations: number
}

/** What accounts must know of the records, which stand above them, when a person leaves. */
export interface Work {
  openWorkOf(store: AccountStore, userId: string): Promise<OpenWork>
  /** Gives the open work of one person to another, each record by a change of its own. */
  handOver(writer: AccountWriter, from: string, to: string): Promise<OpenWork>
}
