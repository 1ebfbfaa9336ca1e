export interface RedisUrl {
  readonly host: string;
  readonly port: number;
  /** Of Sentinel: who is to be asked for the master, and the master's name. */
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly name: string;
  /** '' where none is given. */
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

const sentinelForm = /^redis\+sentinel:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^@/?#]+)\/([\w.-]+)(?:\/(\d+))?$/;

/** `redis+sentinel://[USER:PASSWORD@]HOST:PORT[,HOST:PORT…]/NAME[/DATABASE]` */
export function isSentinelUrl(url: string): boolean {
  return sentinelForm.test(url);
}

/** @throws {TypeError} for what is no address */
export function readRedisUrl(url: string): RedisUrl {
  const [, user = '', password = '', hosts = '', name = '', database = ''] = sentinelForm.exec(url) ?? [];
  if (hosts === '') return readPlain(url);
  const sentinels = hosts.split(',').map((each) => {
    const { hostname, port } = new URL(`redis://${each}`);
    return { host: unbracketed(hostname), port: Number(port || 26_379) };
  });
  const [first = { host: '', port: 0 }] = sentinels;
  const said = { user: decodeURIComponent(user), password: decodeURIComponent(password) };
  return { ...first, sentinels, name, database, ...said };
}

function readPlain(url: string): RedisUrl {
  const { hostname, port, pathname, username, password } = new URL(url);
  return {
    host: unbracketed(decodeURIComponent(hostname)),
    port: Number(port || 6379),
    sentinels: [],
    name: '',
    database: pathname.slice(1),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
}

/** An IPv6 address as sockets take it. */
function unbracketed(host: string): string {
  return host.replaceAll(/^\[|\]$/g, '');
}
