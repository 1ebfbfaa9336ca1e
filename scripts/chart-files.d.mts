/** Text of every made file of the chart, by its path in the repository. */
export function formattedChartFiles(): Promise<Readonly<Record<string, string>>>;
