import assert from 'node:assert/strict'
import { it } from 'node:test'
import { deviceInWords } from './device.ts'

it('tells browser and system in words', () => {
  const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
  const webkit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
  const told = {
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome}`]: 'Chrome on Windows',
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Edg/140.0`]: 'Edge on Windows',
    [`Mozilla/5.0 (Linux; Android 15) ${chrome}`]: 'Chrome on Android',
    'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0': 'Firefox on Linux',
    [`Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${webkit} Version/18.0 Mobile/15E148 Safari/604.1`]:
      'Safari on iPhone',
    [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/18.0 Safari/605.1.15`]:
      'Safari on Mac',
    'curl/8.9.1': 'curl',
    '': 'A program that does not say what it is',
  }
  for (const [userAgent, words] of Object.entries(told)) assert.equal(deviceInWords(userAgent), words)
  assert.equal(deviceInWords(null), 'A program that does not say what it is')
})
