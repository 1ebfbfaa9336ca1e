import { describe, expect, it } from 'vitest';
import { runbookPage } from './runbook-page.ts';

const page = runbookPage(
  '# Runbook\n\nSee [Probe stuck](#probe-stuck).\n\n### Probe stuck\n\n**First.**\n\n```sh\n# a & b\nps <pid>\n```\n',
);

describe('the page of the runbook', () => {
  it('has every heading under the anchor that links name', () => {
    expect(page).toContain('<h1 id="runbook">Runbook</h1>');
    expect(page).toContain('<h3 id="probe-stuck">Probe stuck</h3>');
  });

  it('leads from heading to heading', () => {
    expect(page).toContain('See <a href="#probe-stuck">Probe stuck</a>.');
  });

  it('leaves commands as they are typed', () => {
    expect(page).toContain('```sh\n# a &amp; b\nps &lt;pid&gt;\n```');
  });
});
