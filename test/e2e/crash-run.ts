// By hand: node --conditions=flyball-source test/e2e/crash-run.ts [KILLS] [JOBS]; the numbers of the last run stand in docs/measured.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crash } from './crash.ts';

const [kills = 20, jobs = 1000] = process.argv.slice(2).map(Number);
const directory = mkdtempSync(join(tmpdir(), 'flyball-crash-'));
const report = await crash({
  directory,
  jobs,
  kills,
  random: Math.random,
  onKill: (kill) => process.stderr.write(`\rkill ${kill + 1} of ${kills}`),
});
process.stderr.write('\n');
console.log(JSON.stringify(report, undefined, 2));
rmSync(directory, { recursive: true });
process.exitCode = report.wrong.length === 0 ? 0 : 1;
