import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type ProxyOptions } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const PLATFORM = 'http://localhost:4180'

/** The platform believes its own address only; it takes this page for its own. */
const toPlatform: ProxyOptions = {
  target: PLATFORM,
  configure: (proxy) => proxy.on('proxyReq', (request) => request.setHeader('origin', PLATFORM)),
}

/** `npm run portal` serves the sources with hot reload and hands the API to a platform on port 4180. */
export default defineConfig({
  root: here('.'),
  plugins: [react()],
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 1500,
    sourcemap: false,
  },
  server: {
    host: '127.0.0.1',
    port: 4190,
    proxy: { '^/(api|oauth|docs)(/|$)': toPlatform },
  },
})
