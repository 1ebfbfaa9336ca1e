import { conditions } from '../conditions.ts';
import { ranked } from '../ranked.ts';
import type { BenchResults, ScenarioResult, SubjectResult } from '../results.ts';
import { perRun, ratio, ratioTable, scenarioTable, scoreOf, summaryTable } from '../tables.ts';
import { htmlTable, ratioClass } from './html-table.ts';
import { legend, legendStyle } from './legend.ts';
import { escaped } from './markup.ts';
import { quantileChart } from './quantile-chart.ts';
import { scenarioCharts } from './scenario-charts.ts';
import { seriesOf, type Series } from './series.ts';
import { style } from './style.ts';

/** One file that needs no other and no script. */
export function htmlPage(results: BenchResults): string {
  const series = seriesOf(results);
  const { suite, scenarios } = results;
  const title = suite === 'named' ? 'The named suite' : `${scenarios.length} random scenarios`;
  const told = scenarios.filter(({ curves }) => suite === 'named' || curves !== undefined);
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
<p class="lead">${escaped(lead(results))}</p>
</header>
<h2>Scores</h2>
<section class="card">
${htmlTable(summaryTable(results), { row: isDefault, cell: (head, text) => (ratios.includes(head) ? ratioClass(text) : undefined) })}
<ul class="conditions">${conditions(results)
    .map((line) => `<li>${escaped(line).replaceAll(/`([^`]*)`/g, '<code>$1</code>')}</li>`)
    .join('')}</ul>
</section>
${suite === 'named' ? ratioPart(results) : worstPart(results)}
${series.length > 0 ? `<h2>${suite === 'named' ? 'Over time' : 'All of them'}</h2>${legend(series)}` : ''}
${suite === 'family' ? `<section class="card"><div class="wide">${quantileChart(results, series)}</div></section>` : ''}
${told.map((scenario) => scenarioPart(results, scenario, series)).join('\n')}
</main>
</body>
</html>
`;
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

/** The scenarios in which the best of ours does worst: what to work on next. */
function worstPart(results: BenchResults): string {
  const { ours } = bestOf(results);
  if (ours === undefined) return '';
  const worst = ours.scores.toSorted((a, b) => a.ratio - b.ratio).slice(0, 10);
  const rows = worst.map(({ scenario, ratio: reached, oom, missShare }) => {
    const { summary = '', best } = results.scenarios.find(({ name }) => name === scenario) ?? {};
    return [scenario, ratio(reached), perRun(oom), `${(100 * missShare).toFixed(0)} %`, String(best?.n ?? ''), summary];
  });
  const head = ['scenario', 'ratio', 'OOM/run', 'missed', 'best fixed', 'what it is'];
  const cell = (title: string, text: string): string | undefined =>
    title === 'ratio' ? ratioClass(text) : title === 'what it is' ? 'words' : undefined;
  return `<h2>Where ${escaped(ours.name)} is worst</h2><section class="card">${htmlTable({ head, rows }, { cell })}</section>`;
}

function scenarioPart(results: BenchResults, scenario: ScenarioResult, series: readonly Series[]): string {
  const { name, summary, duration, best } = scenario;
  const table = htmlTable(scenarioTable(results, scenario), {
    row: isDefault,
    cell: (title, text) => (title === 'ratio' ? ratioClass(text) : undefined),
  });
  return `<section class="card" id="${escaped(name)}">
<h3>${escaped(name)}: ${escaped(summary)}</h3>
<p class="best">${Number((duration / 60_000).toFixed(1))} minutes; the best fixed limit is ${best.n}, with ${best.rate.toPrecision(3)} on time a second</p>
${scenarioCharts(scenario, series)}
<details><summary>All figures</summary>${table}</details>
</section>`;
}

function isDefault(name: string): string | undefined {
  return name.endsWith('(default)') ? 'default' : undefined;
}
