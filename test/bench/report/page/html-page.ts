import { conditions } from '../conditions.ts';
import { ranked } from '../ranked.ts';
import type { BenchResults, ScenarioResult, Section, SubjectResult } from '../results.ts';
import { bestFixed, perRun, ratio, ratioTable, scenarioTable, scoreOf, summaryTable } from '../tables.ts';
import { htmlTable, ratioClass } from './html-table.ts';
import { legend, legendStyle } from './legend.ts';
import { escaped } from './markup.ts';
import { quantileChart } from './quantile-chart.ts';
import { scenarioCharts } from './scenario-charts.ts';
import { areWords } from '../words.ts';
import { seriesOf, type Series } from './series.ts';
import { style } from './style.ts';

/** One file that needs no other and no script. */
export function htmlPage(results: BenchResults): string {
  const series = seriesOf(results);
  const { suite, scenarios } = results;
  const title = titles[suite] ?? `${scenarios.length} random scenarios`;
  const told = scenarios.filter(({ curves }) => suite !== 'family' || curves !== undefined);
  const ratios = ['mean', 'median', 'p10', 'p01', 'worst', 'geo-mean'];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Flyball control bench: ${escaped(title.toLowerCase())}</title>
<style>${style}${legendStyle(series)}</style>
</head>
<body>
<main>
<header>
<p class="over">Flyball control bench</p>
<h1>${escaped(title)}</h1>
<p class="lead">${escaped(suite === 'variants' ? 'Each has one thing made different; reported apart from the named suite.' : lead(results))}</p>
</header>
<h2>${suite === 'variants' ? 'Conditions' : 'Scores'}</h2>
<section class="card">
${suite === 'variants' ? '' : htmlTable(summaryTable(results), { row: isDefault, cell: (head, text) => (ratios.includes(head) ? ratioClass(text) : undefined) })}
<ul class="conditions">${conditions(results)
    .map((line) => `<li>${escaped(line).replaceAll(/`([^`]*)`/g, '<code>$1</code>')}</li>`)
    .join('')}</ul>
</section>
${suite === 'named' ? ratioPart(results) : ''}
${(results.sections ?? []).map(sectionPart).join('\n')}
${series.length > 0 ? `<h2>${suite === 'family' ? 'All of them' : 'Over time'}</h2>${legend(series)}` : ''}
${suite === 'family' ? `<section class="card"><div class="wide">${quantileChart(results, series)}</div></section>` : ''}
${told.map((scenario) => scenarioPart(results, scenario, series)).join('\n')}
</main>
</body>
</html>
`;
}

const titles: Partial<Record<BenchResults['suite'], string>> = {
  named: 'The named suite',
  variants: 'Variants of the named suite',
};

function sectionPart({ title, table, notes = [] }: Section): string {
  const look = { cell: (head: string): string | undefined => (areWords(head) ? 'words' : undefined) };
  const said = notes.map((note) => `<p class="best">${escaped(note)}</p>`).join('');
  return `<h2>${escaped(title)}</h2><section class="card">${htmlTable(table, look)}${said}</section>`;
}

function lead(results: BenchResults): string {
  const isNamed = results.suite === 'named';
  const figure = ({ summary }: SubjectResult): string => ratio(isNamed ? summary.geomean : summary.mean);
  const { ours, peer } = bestOf(results);
  const own = ours && [
    `${ours.name}, ${ours.default ? 'the default' : 'the best of ours'}, serves ${figure(ours)} of what the best fixed`,
    `limit serves on time (${isNamed ? 'geometric mean' : 'mean'} over the scenarios), ${ratio(ours.summary.worst)} at worst,`,
    `and runs out of memory ${perRun(ours.summary.oom)} times a run.`,
  ];
  const others = peer && `The best peer, ${peer.name}, serves ${figure(peer)}.`;
  return [...(own ?? []), others ?? ''].join(' ').trim();
}

function bestOf(results: BenchResults): {
  readonly ours?: SubjectResult | undefined;
  readonly peer?: SubjectResult | undefined;
} {
  const all = ranked(results);
  return {
    ours: all.find((subject) => subject.default) ?? all.find(({ kind }) => kind === 'ours'),
    peer: all.find(({ kind }) => kind === 'peer' || kind === 'peer+guard'),
  };
}

function ratioPart(results: BenchResults): string {
  const { head, rows } = ratioTable(results);
  // Who has no device left after a scenario is told apart from who was slow.
  const marked = rows.map(([name = '', ...cells], index) => {
    const subject = ranked(results)[index];
    return [name, ...cells.map((cell, column) => cell + daggerOf(subject, results.scenarios[column]?.name))];
  });
  const look = { row: isDefault, cell: (_: string, text: string) => ratioClass(text.slice(0, -1)) };
  return `<h2>Ratio by scenario</h2>
<section class="card">${htmlTable({ head, rows: marked }, look)}
<p class="best">† ran out of memory at least once in two runs.</p></section>`;
}

function daggerOf(subject: SubjectResult | undefined, scenario = ''): string {
  const oom = subject === undefined ? 0 : (scoreOf(subject, scenario)?.oom ?? 0);
  // A space as wide, so that figures stand below figures.
  return oom >= 0.5 ? '†' : '\u2007';
}

function scenarioPart(results: BenchResults, scenario: ScenarioResult, series: readonly Series[]): string {
  const { name, summary, duration } = scenario;
  const table = htmlTable(scenarioTable(results, scenario), {
    row: isDefault,
    cell: (title, text) => (title === 'ratio' ? ratioClass(text) : undefined),
  });
  return `<section class="card" id="${escaped(name)}">
<h3>${escaped(name)}: ${escaped(summary)}</h3>
<p class="best">${Number((duration / 60_000).toFixed(1))} minutes; ${bestFixed(scenario)}</p>
${scenarioCharts(scenario, series)}
<details><summary>All figures</summary>${table}</details>
</section>`;
}

function isDefault(name: string): string | undefined {
  return name.endsWith('(default)') ? 'default' : undefined;
}
