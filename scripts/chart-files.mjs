// The made parts of helm/flyball: `npm run chart` writes them, a test compares them.
import { readFileSync, writeFileSync } from 'node:fs';
import { valuesFiles } from '#libs/chart';
import { builtInStrategies } from '#libs/strategies';
import { format, resolveConfig } from 'prettier';

export async function formattedChartFiles() {
  const files = valuesFiles({
    values: readFileSync('helm/flyball/values.yaml', 'utf8'),
    readme: readFileSync('helm/flyball/README.md', 'utf8'),
    strategies: builtInStrategies.map(({ name }) => name),
  });
  const formatted = Object.entries(files).map(async ([path, text]) => {
    return [path, await format(text, { ...(await resolveConfig(path)), filepath: path })];
  });
  return Object.fromEntries(await Promise.all(formatted));
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(await formattedChartFiles())) {
    writeFileSync(path, text);
    console.log(path);
  }
}
