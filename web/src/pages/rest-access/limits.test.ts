import assert from 'node:assert/strict'
import { test } from 'node:test'
import { originsProblem, recordsProblem, requestsProblem, settingsFrom, valuesFrom } from './limits.ts'

const settings = { requests_per_minute: 6000, records_per_minute: null, cors_origins: ['https://a.example'] }

test('settings come back from the form as they went in', () => {
  for (const cors_origins of [['*'], [], ['https://a.example', 'http://localhost:8080']]) {
    assert.deepEqual(settingsFrom(valuesFrom({ ...settings, cors_origins })), { ...settings, cors_origins })
  }
})

test('sites are read line by line, without the slash at the end and only once', () => {
  const values = {
    ...valuesFrom(settings),
    cors_origins: 'https://a.example/\n\nhttps://b.example\nhttps://a.example',
  }
  assert.deepEqual(settingsFrom(values).cors_origins, ['https://a.example', 'https://b.example'])
})

test('the sites that are kept aside while another choice is made are not sent', () => {
  assert.deepEqual(settingsFrom({ ...valuesFrom(settings), browsers: 'none' }).cors_origins, [])
})

test('a limit of records is a whole number from 1, or nothing', () => {
  for (const good of ['', 1, 6000]) assert.equal(recordsProblem(good), null)
  for (const bad of [0, -1, 1.5, 'many']) assert.match(String(recordsProblem(bad)), /whole number/)
})

test('a limit of requests is always there', () => {
  for (const good of [1, 6000, 1_000_000]) assert.equal(requestsProblem(good), null)
  for (const bad of ['', 0, 1.5, 1_000_001])
    assert.match(String(requestsProblem(bad)), /whole number from 1 to 1,000,000/)
})

test('a site is named by its origin alone', () => {
  assert.equal(originsProblem('https://a.example'), null)
  for (const bad of ['a.example', 'https://a.example/path', 'ftp://a.example', '*', 'https://']) {
    assert.match(String(originsProblem(bad)), /is not the address of a site/, bad)
  }
  assert.match(String(originsProblem(' \n')), /at least one/)
})
