import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Sample data that lies beside a checkout, not in it; suites that need it say so and are skipped where it is missing. */
export const sharedData = join(import.meta.dirname, '../../../../shared/data');
export const hasSharedData = existsSync(sharedData);
