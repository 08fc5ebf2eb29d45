/**
 * Loaded before Node's test runner: it watches every promise of the process, to tell which test an error
 * that nobody caught belongs to, and that costs a third of all the time. Without it such an error fails the
 * run just the same; it is reported under its file, with its stack, instead of under its test.
 */
import asyncHooks from 'node:async_hooks'

const { createHook } = asyncHooks

Object.assign(asyncHooks, {
  createHook: (callbacks: Parameters<typeof createHook>[0]) =>
    createHook({ ...callbacks, trackPromises: false }),
})
