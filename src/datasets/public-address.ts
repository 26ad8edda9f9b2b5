/** Which addresses a link may lead to: only those of the public internet, so that nobody can make us fetch what only
 *  our own network sees (server-side request forgery). */
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { ModelwrightError } from '../errors/errors.ts';

/** Resolves the host once and checks every address of it; the caller must connect to the returned address and not
 *  resolve again, or the answer could change in between.
 *  @param host of a URL: a name, an IPv4 address, or an IPv6 address in brackets.
 *  @throws URL_PRIVATE when any address is not public, URL_UNREACHABLE when the name is unknown. */
export async function resolvePublicAddress(host: string): Promise<{ address: string; family: 4 | 6 }> {
  const addresses = await lookup(host.replace(/^\[|\]$/g, ''), { all: true, verbatim: true }).catch(
    (error) => {
      throw new ModelwrightError('URL_UNREACHABLE', { host, detail: String(error) }, { cause: error });
    },
  );
  const closed = addresses.find(({ address }) => !isPublicAddress(address));
  if (closed) throw new ModelwrightError('URL_PRIVATE', { host, address: closed.address });
  const first = addresses[0];
  if (!first) throw new ModelwrightError('URL_UNREACHABLE', { host, detail: 'no address' });
  return { address: first.address, family: first.family === 6 ? 6 : 4 };
}

/** Whether the address is an ordinary public one: not loopback, private, link-local, carrier-grade NAT, multicast,
 *  reserved, or an IPv6 form that embeds an IPv4 address. */
function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}
