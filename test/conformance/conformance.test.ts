import { startApi } from '../api/server.ts'
import { forEachEngine } from '../support/engines.ts'
import { conformanceSuite } from './suite.ts'

forEachEngine((engine) => {
  const server = startApi(engine)
  conformanceSuite(() => ({ url: server.url, key: server.acme.key }))
})
