/** `npm run demo`: builds the library and the demo, and serves it until Ctrl-C. `--dev` reloads on every change. */
import { execFileSync } from 'node:child_process';
import { buildDemo, serveBuiltDemo, serveDemoSources } from '../demo/serve-demo.js';
import { ROOT } from './package/paths.js';

execFileSync(process.execPath, ['--import', 'tsx', 'scripts/package/build.ts'], { cwd: ROOT, stdio: 'inherit' });
const isDev = process.argv.includes('--dev');
if (!isDev) await buildDemo();
const { url } = await (isDev ? serveDemoSources() : serveBuiltDemo());
console.log(`Open ${url}`);
