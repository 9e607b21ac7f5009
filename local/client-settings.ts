import { REGION } from './service.ts';

/** Settings that point a real SDK client at the embedded cloud; it checks no credentials, but clients want some. */
export function clientSettings(endpoint: string): {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
} {
  return { endpoint, region: REGION, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}
