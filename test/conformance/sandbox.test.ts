import { before } from 'node:test'
import { openSandbox } from '../../server/sandbox/testing.ts'
import { startApi } from '../api/server.ts'
import { forEachEngine } from '../support/engines.ts'
import { conformanceSuite } from './suite.ts'

/** Enough of the contract to see that a sandbox is an account like any other; the whole of it is the same code. */
const slice = ['authentication', 'objects', 'messages']

forEachEngine((engine) => {
  const server = startApi(engine)
  let key = ''
  before(async () => {
    key = (await openSandbox(server, 'set_up')).key
  })
  conformanceSuite(() => ({ url: server.url, key }), slice)
})
