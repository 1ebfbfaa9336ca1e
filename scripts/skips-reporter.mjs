// Names every test that was skipped, so that nobody takes a skip for a pass; ends with one plain line.
export default class SkipsReporter {
  onTestRunEnd(modules) {
    const count = { passed: 0, failed: 0, skipped: 0 };
    const skipped = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'skipped')
          skipped.push(`  ${module.relativeModuleId}: ${test.fullName}${note ? `: ${note}` : ''}`);
        if (state in count) count[state] += 1;
      }
      // A file that does not load has no tests to fail.
      if (module.state() === 'failed' && [...module.children.allTests()].length === 0) count.failed += 1;
    }
    console.log(skipped.length === 0 ? '\nNothing was skipped.' : `\nSkipped:\n${skipped.join('\n')}`);
    console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}
