// Before the first paint, so that a dark room stays dark. Mantine keeps the choice under this name.
const kept = localStorage.getItem('mantine-color-scheme-value')
const wanted = kept === 'light' || kept === 'dark' ? kept : undefined
const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
document.documentElement.setAttribute('data-mantine-color-scheme', wanted ?? system)
