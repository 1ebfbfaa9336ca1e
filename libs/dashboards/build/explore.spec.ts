import { describe, expect, it } from 'vitest';
import { explore } from './explore.ts';

describe('the address of a query in Explore', () => {
  const address = explore('loki', { expr: '{a="b"} | queue=~"${__field.labels.queue}"', queryType: 'range' });

  it('holds Grafana’s variables as they are, and nothing else unencoded', () => {
    expect(address).toContain('${__field.labels.queue}');
    expect(address.replaceAll(/\$\{[^}]*\}/g, '')).not.toMatch(/[{}" |]/);
  });

  it('is a pane that Grafana reads', () => {
    const panes: unknown = JSON.parse(decodeURIComponent(address.split('panes=')[1] ?? ''));
    expect(panes).toEqual({
      flyball: {
        datasource: '${loki}',
        queries: [
          {
            refId: 'A',
            datasource: { type: 'loki', uid: '${loki}' },
            expr: '{a="b"} | queue=~"${__field.labels.queue}"',
            queryType: 'range',
          },
        ],
        range: { from: '${__from}', to: '${__value.time}' },
      },
    });
  });

  it('ends where it is told to', () => {
    expect(explore('tempo', { query: '{}' }, '${__to}')).toContain('%22to%22%3A%22${__to}%22');
  });
});
