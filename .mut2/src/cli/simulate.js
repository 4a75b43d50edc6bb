import { runSimulator } from '../../test/simulation/main.js';
import { runCommand } from './failures.js';
await runCommand(() => runSimulator(process.argv.slice(2)));
//# sourceMappingURL=simulate.js.map