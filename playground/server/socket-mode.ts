import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { secret } from './ids.ts';
import type { Fields } from './types.ts';

/** Slack gives an app three seconds to acknowledge anything. */
const ACK_TIMEOUT_MS = 3_000;
/** Slack's waits before the first, second and third redelivery of an event. */
const RETRY_DELAYS_MS = [0, 60_000, 300_000];
const MOST_SOCKETS = 10;
const PING_INTERVAL_MS = 10_000;
const MOST_RECORDED_ACKS = 5_000;

export type EnvelopeType = 'events_api' | 'interactive' | 'slash_commands';
export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

/** How the app answered one envelope. */
export type Acknowledgement =
  | { acked: true; ackMs: number; payload: Fields }
  | { acked: false; reason: 'timeout' | 'no_socket' | 'socket_closed' };

/** One line of the acknowledgement log; `name` is the event's type, the action id, the callback id or the command. */
export interface AckTime {
  type: EnvelopeType;
  name: string;
  acked: boolean;
  /** Milliseconds from sending to the acknowledgement, or until giving up. */
  ms: number;
  attempt: number;
}

export interface SocketModeOptions {
  ackTimeoutMs?: number;
  /** Waits before each redelivery of an unacknowledged event, in milliseconds. */
  retryDelaysMs?: readonly number[];
}

interface Delivery {
  readonly envelopeId: string;
  readonly type: EnvelopeType;
  readonly name: string;
  readonly payload: Fields;
  readonly acceptsResponse: boolean;
  /** Set for requests, which a person waits for; events have none and are redelivered instead. */
  readonly settle?: (answer: Acknowledgement) => void;
  attempt: number;
  reason?: 'timeout' | 'connection_failed';
  socket?: WebSocket;
  sentAt: number;
  timer?: NodeJS.Timeout;
}

/**
 * The server side of Socket Mode: gives out connection addresses, sends each envelope to one of the app's sockets,
 * waits for acknowledgements, redelivers events and keeps those for which no socket was open.
 */
export class SocketMode {
  /** The latest acknowledgements, oldest first. */
  readonly ackTimes: AckTime[] = [];
  private readonly tickets = new Set<string>();
  private readonly sockets = new Set<WebSocket>();
  private readonly inFlight = new Map<string, Delivery>();
  private readonly waiting: Delivery[] = [];
  private readonly server = new WebSocketServer({ noServer: true });
  private readonly pings: NodeJS.Timeout;
  private readonly ackTimeoutMs: number;
  private readonly retryDelaysMs: readonly number[];
  private readonly appId: string;
  private readonly onConnections: (count: number) => void;
  private turn = 0;
  private closed = false;

  /** @param onConnections hears the number of open sockets whenever it changes. */
  constructor(appId: string, onConnections: (count: number) => void, options: SocketModeOptions = {}) {
    this.appId = appId;
    this.onConnections = onConnections;
    this.ackTimeoutMs = options.ackTimeoutMs ?? ACK_TIMEOUT_MS;
    this.retryDelaysMs = options.retryDelaysMs ?? RETRY_DELAYS_MS;
    this.pings = setInterval(() => {
      for (const socket of this.sockets) socket.ping();
    }, PING_INTERVAL_MS);
    this.pings.unref();
  }

  get connections(): number {
    return this.sockets.size;
  }

  /** An address for one connection, as `apps.connections.open` returns it. */
  issueAddress(origin: string): string {
    const ticket = secret();
    this.tickets.add(ticket);
    return `${origin.replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${this.appId}`;
  }

  /** Accepts an app's upgrade request when its ticket is good; a ticket opens one connection. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
    if (this.closed || !this.tickets.delete(ticket)) {
      stream.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
      return;
    }
    this.server.handleUpgrade(request, stream, head, (socket) => this.connect(socket));
  }

  /** Sends an event; it is redelivered until it is acknowledged or Slack's patience is over. */
  deliverEvent(name: string, payload: Fields): void {
    this.send(this.delivery('events_api', name, payload, false));
  }

  /** Sends something that a person is waiting for; there is no second attempt. */
  request(type: 'interactive' | 'slash_commands', name: string, payload: Fields): Promise<Acknowledgement> {
    return new Promise((settle) => this.send(this.delivery(type, name, payload, true, settle)));
  }

  /** Asks every socket's app to reconnect, as Slack does before it recycles a connection. */
  disconnectAll(reason: DisconnectReason): void {
    for (const socket of this.sockets)
      sendJson(socket, { type: 'disconnect', reason, debug_info: { host: 'local' } });
  }

  /** Cuts every connection without a word. */
  dropAll(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  close(): void {
    this.closed = true;
    clearInterval(this.pings);
    for (const delivery of [...this.inFlight.values()]) {
      clearTimeout(delivery.timer);
      delivery.settle?.({ acked: false, reason: 'socket_closed' });
    }
    this.inFlight.clear();
    this.waiting.length = 0;
    for (const socket of this.sockets) socket.close(1001);
    const stragglers = [...this.sockets];
    setTimeout(() => {
      for (const socket of stragglers) socket.terminate();
    }, 200).unref();
    this.server.close();
  }

  private connect(socket: WebSocket): void {
    socket.on('error', () => socket.terminate());
    if (this.sockets.size >= MOST_SOCKETS) {
      sendJson(socket, { type: 'disconnect', reason: 'too_many_websockets', debug_info: { host: 'local' } });
      return;
    }
    this.sockets.add(socket);
    socket.on('message', (data) => this.acknowledge(String(data)));
    socket.on('close', () => this.forget(socket));
    sendJson(socket, {
      type: 'hello',
      num_connections: this.sockets.size,
      connection_info: { app_id: this.appId },
      debug_info: { host: 'local', build_number: 1, approximate_connection_time: 18_060 },
    });
    this.onConnections(this.sockets.size);
    for (const delivery of this.waiting.splice(0)) this.send(delivery);
  }

  private forget(socket: WebSocket): void {
    if (!this.sockets.delete(socket)) return;
    this.onConnections(this.sockets.size);
    for (const delivery of [...this.inFlight.values()].filter((d) => d.socket === socket)) {
      this.fail(delivery, 'socket_closed');
    }
  }

  private delivery(
    type: EnvelopeType,
    name: string,
    payload: Fields,
    acceptsResponse: boolean,
    settle?: (answer: Acknowledgement) => void,
  ): Delivery {
    const envelopeId = randomUUID();
    return {
      envelopeId,
      type,
      name,
      payload,
      acceptsResponse,
      attempt: 0,
      sentAt: 0,
      ...(settle && { settle }),
    };
  }

  private send(delivery: Delivery): void {
    if (this.closed) {
      delivery.settle?.({ acked: false, reason: 'no_socket' });
      return;
    }
    const socket = this.nextSocket();
    delivery.sentAt = performance.now();
    if (!socket) {
      this.fail(delivery, 'no_socket');
      return;
    }
    delivery.socket = socket;
    this.inFlight.set(delivery.envelopeId, delivery);
    delivery.timer = setTimeout(() => this.fail(delivery, 'timeout'), this.ackTimeoutMs);
    sendJson(socket, {
      envelope_id: delivery.envelopeId,
      type: delivery.type,
      accepts_response_payload: delivery.acceptsResponse,
      payload: delivery.payload,
      ...(delivery.type === 'events_api' && {
        retry_attempt: delivery.attempt,
        retry_reason: delivery.reason ?? '',
      }),
    });
  }

  private nextSocket(): WebSocket | undefined {
    const open = [...this.sockets].filter((socket) => socket.readyState === WebSocket.OPEN);
    this.turn += 1;
    return open[this.turn % open.length];
  }

  private acknowledge(frame: string): void {
    const { envelope_id: envelopeId, payload } = parseAck(frame);
    const delivery = this.inFlight.get(envelopeId);
    if (!delivery) return;
    clearTimeout(delivery.timer);
    this.inFlight.delete(envelopeId);
    const ackMs = performance.now() - delivery.sentAt;
    this.record(delivery, true);
    delivery.settle?.({ acked: true, ackMs, payload });
  }

  private fail(delivery: Delivery, reason: 'timeout' | 'no_socket' | 'socket_closed'): void {
    clearTimeout(delivery.timer);
    this.inFlight.delete(delivery.envelopeId);
    this.record(delivery, false);
    if (delivery.settle) {
      delivery.settle({ acked: false, reason });
      return;
    }
    delivery.attempt += 1;
    delivery.reason = reason === 'timeout' ? 'timeout' : 'connection_failed';
    if (reason !== 'timeout' && this.sockets.size === 0) {
      this.waiting.push(delivery);
      return;
    }
    const delay = this.retryDelaysMs[delivery.attempt - 1];
    if (delay === undefined) return;
    delivery.timer = setTimeout(() => this.send(delivery), delay);
    delivery.timer.unref();
  }

  private record(delivery: Delivery, acked: boolean): void {
    const { type, name, attempt, sentAt } = delivery;
    this.ackTimes.push({ type, name, acked, ms: performance.now() - sentAt, attempt });
    if (this.ackTimes.length > MOST_RECORDED_ACKS) this.ackTimes.shift();
  }
}

function parseAck(frame: string): { envelope_id: string; payload: Fields } {
  try {
    const { envelope_id = '', payload = {} } = JSON.parse(frame);
    return { envelope_id, payload };
  } catch {
    return { envelope_id: '', payload: {} };
  }
}

function sendJson(socket: WebSocket, frame: Fields): void {
  socket.send(JSON.stringify(frame));
}
