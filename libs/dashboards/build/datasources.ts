/** The data sources the reader chose: no dashboard knows one by its id. */
export const datasources = {
  prometheus: { type: 'prometheus', uid: '${datasource}' },
  loki: { type: 'loki', uid: '${loki}' },
  tempo: { type: 'tempo', uid: '${tempo}' },
} as const;
