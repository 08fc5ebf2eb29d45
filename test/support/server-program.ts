import { untilStopped } from '../../bin/until-stopped.ts'
import { readConfig } from '../../server/config.ts'
import { start } from '../../server/main.ts'
import { cheapPasswords } from './passwords.ts'

const running = await start(readConfig(process.env), { passwordCost: cheapPasswords })
// Whoever started it is gone: so is the reason to run.
process.on('disconnect', () => process.exit(1))
process.send?.(running.url)
process.exit(await untilStopped(running))
