import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ApiError } from '../errors/api-error.ts'
import { parseSettingsChange } from './access-settings.body.ts'

/** The fields that a body is refused for. */
function refusedFields(body: unknown): (string | null)[] {
  try {
    parseSettingsChange(body)
  } catch (error) {
    assert.ok(error instanceof ApiError)
    assert.equal(error.code, 'invalid_field')
    return error.problems.map((problem) => problem.param)
  }
  assert.fail(`accepted: ${JSON.stringify(body)}`)
}

describe('a change of the settings', () => {
  it('holds what was sent and nothing else', () => {
    assert.deepEqual(parseSettingsChange({}), {})
    assert.deepEqual(parseSettingsChange({ enabled: false, time_zone: 'x' }), {})
    assert.deepEqual(parseSettingsChange({ requests_per_minute: 1, records_per_minute: null }), {
      requestsPerMinute: 1,
      recordsPerMinute: null,
    })
    assert.deepEqual(
      parseSettingsChange({ requests_per_minute: 1_000_000, records_per_minute: 100_000_000 }),
      {
        requestsPerMinute: 1_000_000,
        recordsPerMinute: 100_000_000,
      },
    )
  })

  it('takes true or false for strict emulation and nothing like it', () => {
    assert.deepEqual(parseSettingsChange({ strict_emulation: true }), { strictEmulation: true })
    assert.deepEqual(parseSettingsChange({ strict_emulation: false }), { strictEmulation: false })
    for (const bad of ['true', 1, 0, null, [], {}]) {
      assert.deepEqual(refusedFields({ strict_emulation: bad }), ['strict_emulation'], String(bad))
    }
  })

  it('normalises origins to what browsers send, each once', () => {
    const sent = [
      ' HTTPS://App.Example.com/ ',
      'https://app.example.com:443',
      'https://app.example.com:8443',
      'http://localhost:5173',
      'https://bücher.example',
    ]
    assert.deepEqual(parseSettingsChange({ cors_origins: sent }).corsOrigins, [
      'https://app.example.com',
      'https://app.example.com:8443',
      'http://localhost:5173',
      'https://xn--bcher-kva.example',
    ])
    assert.deepEqual(parseSettingsChange({ cors_origins: [] }).corsOrigins, [])
    assert.deepEqual(parseSettingsChange({ cors_origins: ['*'] }).corsOrigins, ['*'])
  })

  it('refuses what is no origin, or one that no browser would send', () => {
    const refused = [
      'example.com',
      'http://example.com',
      'http://localhost.example.com',
      'https://*.example.com',
      'https://a.example/path',
      'https://a.example?x',
      'https://a.example#x',
      'https://user:password@a.example',
      'javascript:alert(1)',
      'file:///etc',
      'null',
      '',
      7,
      null,
      ['https://a.example'],
      `https://${'a'.repeat(300)}.example`,
    ]
    for (const origin of refused) {
      assert.deepEqual(refusedFields({ cors_origins: [origin] }), ['cors_origins'], String(origin))
    }
    for (const list of ['*', null, 'https://a.example', { 0: '*' }, ['*', 'https://a.example'], ['*', '*']]) {
      assert.deepEqual(refusedFields({ cors_origins: list }), ['cors_origins'], JSON.stringify(list))
    }
  })

  it('takes fifty origins and not one more', () => {
    const origins = Array.from({ length: 51 }, (_, index) => `https://a${index}.example`)
    assert.equal(parseSettingsChange({ cors_origins: origins.slice(1) }).corsOrigins?.length, 50)
    assert.deepEqual(refusedFields({ cors_origins: origins }), ['cors_origins'])
  })

  it('refuses budgets that are no whole numbers in their range', () => {
    for (const budget of [0, -1, 1.5, '6000', true, [], {}, Number.NaN]) {
      assert.deepEqual(
        refusedFields({ requests_per_minute: budget }),
        ['requests_per_minute'],
        String(budget),
      )
      assert.deepEqual(refusedFields({ records_per_minute: budget }), ['records_per_minute'], String(budget))
    }
    assert.deepEqual(refusedFields({ requests_per_minute: null }), ['requests_per_minute'])
    assert.deepEqual(refusedFields({ requests_per_minute: 1_000_001 }), ['requests_per_minute'])
    assert.deepEqual(refusedFields({ records_per_minute: 100_000_001 }), ['records_per_minute'])
  })

  it('is told about every wrong field at once', () => {
    assert.deepEqual(refusedFields({ cors_origins: 1, requests_per_minute: 0, records_per_minute: 5 }), [
      'cors_origins',
      'requests_per_minute',
    ])
  })

  it('must be an object', () => {
    for (const body of [undefined, null, [], 'x', 7]) {
      assert.throws(
        () => parseSettingsChange(body),
        (error) => error instanceof ApiError && error.code === 'invalid_body',
      )
    }
  })
})
