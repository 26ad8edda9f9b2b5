/** Servers of one test's own, which it may stop, and a way to them that it may cut. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface OwnServer {
  readonly url: string;
  readonly port: number;
  /** Ends it as a crash would, and starts it again on what it had written. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

function has(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Why there can be no server of one's own, for the suite's name; null where there can. */
export const ownRedisMissing = has('redis-server') ? null : 'skipped: there is no redis-server to start';

/** A Redis that writes down everything before it answers. */
export async function startRedis(): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'mw-redis-'));
  const port = await freePort();
  const start = async () => {
    const child = spawn(
      'redis-server',
      [
        ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
        ...['--appendonly', 'yes', '--appendfsync', 'always'],
      ],
      { stdio: 'ignore' },
    );
    await answering(port);
    return child;
  };
  let child = await start();
  const kill = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    restart: async () => {
      await kill();
      child = await start();
    },
    close: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const POSTGRES = '/usr/lib/postgresql';
const postgresPrograms = await newestPostgres();

export const ownPostgresMissing =
  postgresPrograms !== null && process.getuid?.() === 0 && has('runuser')
    ? null
    : 'skipped: a PostgreSQL of its own needs its programs and root, who becomes the user postgres';

async function newestPostgres(): Promise<string | null> {
  const versions = await readdir(POSTGRES).catch(() => []);
  const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
  return newest === undefined ? null : join(POSTGRES, newest, 'bin');
}

export async function startPostgres(): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'mw-postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const [uid = '', gid = ''] = (
    await Promise.all(['-u', '-g'].map((which) => run('id', [which, 'postgres'])))
  ).map(({ stdout }) => stdout.trim());
  await mkdir(data);
  await chmod(folder, 0o755);
  for (const path of [folder, data]) await chown(path, Number(uid), Number(gid));
  const asPostgres = (program: string, ...words: string[]) =>
    run('runuser', ['-u', 'postgres', '--', join(postgresPrograms as string, program), ...words], {
      cwd: folder,
    });
  await asPostgres('initdb', '-D', data, '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C');
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c shared_buffers=16MB`;
  // Its log goes to a file: a pipe that it inherits would keep pg_ctl from ending.
  const control = (...words: string[]) =>
    asPostgres('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, ...words);
  await control('start');
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    restart: async () => {
      await control('-m', 'immediate', 'restart');
    },
    close: async () => {
      await control('-m', 'immediate', 'stop');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Way {
  readonly port: number;
  /** Ends every connection and lets no other through, for so long. */
  cut(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** A way to a port of this machine. */
export async function openWay(to: number): Promise<Way> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((here) => {
    if (isCut) return void here.destroy();
    const there = connect(to, '127.0.0.1');
    for (const socket of [here, there]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        here.destroy();
        there.destroy();
      });
    }
    here.pipe(there).pipe(here);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    async cut(ms) {
      isCut = true;
      endAll();
      await delay(ms);
      isCut = false;
    },
    async close() {
      endAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isThere) return;
    await delay(50);
  }
}
