/** Of a page that is read by day and by night, on a desk and in the hand. */
export const style = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f6f7f9, #0f1216);
  --card: light-dark(#ffffff, #171b21);
  --ink: light-dark(#1a1f27, #e6e9ee);
  --soft: light-dark(#5b6573, #98a3b3);
  --line: light-dark(#e1e5ea, #2a313b);
  --good: light-dark(#d3f0dd, #14402a);
  --fair: light-dark(#eef7e3, #2a3a1c);
  --weak: light-dark(#fdf1d0, #4a3a12);
  --bad: light-dark(#fbdcd6, #502119);
  --c0: light-dark(#1f6feb, #6ea8ff);
  --c1: light-dark(#d0443c, #ff8077);
  --c2: light-dark(#1e8e4e, #57d08b);
  --c3: light-dark(#b5790a, #f2b84b);
  --c4: light-dark(#7b4fc9, #b99aff);
  --c5: light-dark(#0b8a94, #49d0d8);
  --c6: light-dark(#c0448f, #f48fcb);
  --c7: light-dark(#8a5a2b, #d9a571);
  --c8: light-dark(#5d6b00, #c0d14f);
  --c9: light-dark(#66707d, #aab4c2);
}
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 1240px; margin: 0 auto; padding: 32px 20px 80px }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 8px; letter-spacing: -.01em }
h2 { font-size: 19px; margin: 40px 0 12px }
h3 { font-size: 16px; margin: 0 }
p { margin: 0 0 8px; max-width: 75ch }
.over { color: var(--soft); margin: 0 0 4px; font-size: 13px }
.lead { font-size: 17px }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px; margin: 0 0 16px }
.best { color: var(--soft); font-size: 13px; margin: 2px 0 12px }
.conditions { color: var(--soft); font-size: 13px; padding-left: 18px; margin: 12px 0 0; columns: 2; column-gap: 32px }
.conditions li { break-inside: avoid; margin-bottom: 3px }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; width: 100% }
th, td { padding: 5px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line) }
th { color: var(--soft); font-weight: 500 }
thead th { border-bottom-width: 2px }
th:first-child, td:first-child, .words { text-align: left }
tbody th { color: var(--ink); font-weight: 500 }
tbody tr:last-child > * { border-bottom: 0 }
tr.default th { font-weight: 700 }
.kind { color: var(--soft) }
.good { background: var(--good) } .fair { background: var(--fair) } .weak { background: var(--weak) } .bad { background: var(--bad) }
.legend { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 4px 28px; background: var(--page); padding: 10px 0; border-bottom: 1px solid var(--line); margin-bottom: 16px; max-height: 34vh; overflow-y: auto }
.legend fieldset { flex: 1 0 100%; border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: center }
.legend legend { float: left; color: var(--soft); font-size: 12px; padding: 0; width: 150px; line-height: 24px }
.legend label { display: inline-flex; align-items: center; gap: 5px; font-size: 13px; cursor: pointer; white-space: nowrap }
.legend label:has(:not(:checked)) { color: var(--soft) }
.legend input { margin: 0; accent-color: var(--soft) }
.legend svg { width: 24px; height: 8px }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(460px, 100%), 1fr)); gap: 12px 28px }
.wide { max-width: 720px; margin: 0 auto }
code { font-size: 12px }
svg { display: block; width: 100%; height: auto; overflow: visible }
svg svg { overflow: hidden }
.grid { stroke: var(--line); stroke-width: 1; fill: none }
.cut { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 1 3; fill: none }
.tick { fill: var(--soft); font-size: 11px }
.chart-title { fill: var(--ink); font-size: 12.5px; font-weight: 500 }
.mark { stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 5 4; fill: none }
.mark-words { fill: var(--soft); font-size: 11.5px }
.curve path { stroke: var(--c); stroke-width: 2; fill: none; stroke-linejoin: round; vector-effect: non-scaling-stroke }
.k-peer-guard path { stroke-width: 1.4 }
.k-peer path, .k-fixed path { stroke-width: 1.4; stroke-dasharray: 4 2.5 }
.curve:hover path { stroke-width: 3.5 }
details { margin-top: 10px } summary { cursor: pointer; color: var(--soft); font-size: 13px }
details[open] summary { margin-bottom: 6px }
@media (max-width: 700px) { .conditions { columns: 1 } .legend { position: static; max-height: none } }
@media print { .legend { position: static; max-height: none } .card { break-inside: avoid } }
`;
