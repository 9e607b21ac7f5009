import { join } from 'node:path';
import { pipelineApp } from './pipeline-app.ts';

const root = join(import.meta.dirname, '..');

pipelineApp({ root, outdir: join(root, 'cdk.out') }).synth();
