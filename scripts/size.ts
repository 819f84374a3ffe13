/** `npm run size`: every file's size beside its limit, and the package's as it is downloaded and installed. */
import { spawnSync } from 'node:child_process';
import { describeSizes, packPackage, UNPACKED_LIMIT_BYTES } from './package/packed.js';
import { ROOT } from './package/paths.js';

const { status } = spawnSync('npx', ['--no-install', 'size-limit'], {
  cwd: ROOT,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
const packed = packPackage();
console.log(describeSizes(packed));
process.exit(status === 0 && packed.unpackedSize <= UNPACKED_LIMIT_BYTES ? 0 : 1);
