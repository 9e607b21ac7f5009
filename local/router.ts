import type { IncomingMessage } from 'node:http';
import type { LocalService } from './service.ts';
import { ServiceError } from './wire.ts';

const OWN_HOST = /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/i;

/**
 * Refuses what a web page could send to this port: another name that resolves to 127.0.0.1 (DNS rebinding), and
 * requests that a page of another origin makes. Throws `AccessDeniedException` (403).
 */
export function requireOwnHost(request: IncomingMessage): void {
  const host = request.headers.host ?? '';
  if (!OWN_HOST.test(host)) throw new ServiceError('AccessDeniedException', 'This port answers to 127.0.0.1 only', 403);
  const origin = request.headers.origin;
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new ServiceError('AccessDeniedException', 'This port answers no other origin', 403);
  }
}

/**
 * The service that a request belongs to: by `X-Amz-Target`, then by its path, everything else is S3's.
 * Throws `UnknownOperationException` when no service takes it.
 */
export function chooseService(services: readonly LocalService[], request: IncomingMessage): LocalService {
  const target = request.headers['x-amz-target'];
  const chosen =
    target === undefined
      ? (services.find((service) => service.owns?.(request)) ?? services.find((service) => service.name === 's3'))
      : services.find((service) => service.targets.some((prefix) => String(target).startsWith(prefix)));
  if (!chosen)
    throw new ServiceError('UnknownOperationException', 'No service of the embedded cloud takes this request');
  return chosen;
}
