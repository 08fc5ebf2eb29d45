import type { DatabaseSync } from 'node:sqlite'

export interface ReadTurns {
  /** To be called before each read. */
  begin(): void
  /** To be called before each commit: what is read after it sees what was committed. */
  end(): void
}

/**
 * Lets all reads of a connection in one turn of the event loop share a transaction, because beginning and ending one
 * takes SQLite longer than most of them take: locks of the file, and system calls for them.
 *
 * It ends before every commit, also because a commit that meets a reader cannot begin SQLite's log anew, so that
 * where there is always one, the log grows without end.
 */
export function readTurns(database: DatabaseSync): ReadTurns {
  const say = (sql: string) => {
    const statement = database.prepare(sql)
    return () => void statement.run()
  }
  const begin = say('begin')
  const commit = say('commit')
  let isOpen = false

  function end(): void {
    if (!isOpen) return
    isOpen = false
    // SQLite itself ends it where a read fails for its disk.
    if (database.isOpen && database.isTransaction) commit()
  }

  return {
    begin() {
      if (isOpen) return
      begin()
      isOpen = true
      setImmediate(end)
    },
    end,
  }
}
