import { readConfig } from '../../server/config.ts'
import { start } from '../../server/main.ts'

const running = await start(readConfig(process.env))
process.on('SIGTERM', async () => {
  await running.stop()
  process.exit(0)
})
// Whoever started it is gone: so is the reason to run.
process.on('disconnect', () => process.exit(1))
process.send?.(running.url)
