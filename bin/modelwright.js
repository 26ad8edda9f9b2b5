#!/usr/bin/env node
// The sources run as they are: tsx is what lets Node 20 read them.
import { register } from 'tsx/esm/api';

register();
await import('../src/cli.ts');
