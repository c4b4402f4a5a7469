/// <reference types="vitest/config" />
/** Build, development server and unit tests of the front end. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const api = process.env.WEFT_API ?? 'http://127.0.0.1:8000';
const pages = ['index.html', 'graphiql.html'].map((name) => resolve(import.meta.dirname, name));

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': resolve(import.meta.dirname, 'src') } },
  server: { proxy: { '/api': api, '/graphql': api } },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      input: pages.filter((path) => existsSync(path)),
      // GraphiQL marks its modules for a compiler that we do not run; a page of warnings about it hides real ones.
      onLog: (level, log, tell) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') tell(level, log);
      },
    },
  },
  test: {
    environment: 'happy-dom',
    setupFiles: ['./src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    testTimeout: 20_000,
  },
});
