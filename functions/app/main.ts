import { createApp } from '../../shared/service/app.ts';
import { registerFunctions } from './register.ts';

// What the host loads: the functions of the app that this process is.
registerFunctions(createApp({ env: process.env, now: () => new Date() }));
