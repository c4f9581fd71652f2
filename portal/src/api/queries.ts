import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { AnswerOf, Connection, LiveEvents, Stream } from './client.generated.ts'
import { call } from './session.ts'

/** The questions that more than one screen asks. */
export const appsQuery = queryOptions({
  queryKey: ['apps'],
  queryFn: ({ signal }) => call('listApps', { query: { limit: 200 } }, signal),
  staleTime: 60_000,
})

export const appQuery = (id: string) =>
  queryOptions({
    queryKey: ['apps', id],
    queryFn: ({ signal }) => call('getApp', { params: { id } }, signal),
    staleTime: 60_000,
  })

export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: ({ signal }) => call('listConnections', { query: { limit: 200 } }, signal),
})

export const connectionQuery = (id: string) =>
  queryOptions({
    queryKey: ['connections', id],
    queryFn: ({ signal }) => call('getConnection', { params: { id } }, signal),
  })

/** What people call a connection, once that is known. */
export function useConnectionName(): (id: string) => string | undefined {
  const { data } = useQuery(connectionsQuery)
  return (id) => data?.items.find((known) => known.id === id)?.name
}

export const streamsQuery = (id: string) =>
  queryOptions({
    queryKey: ['streams', id],
    queryFn: ({ signal }) => call('listStreams', { params: { id } }, signal),
  })

type Streams = AnswerOf<'listStreams'>
type Connections = AnswerOf<'listConnections'>

/** Keeps what is on the screen as it is now, for as long as the screen is there. */
export function useLive(): void {
  const queries = useQueryClient()
  useEffect(() => {
    const source = new EventSource('/api/v1/events')
    const on = <K extends keyof LiveEvents>(name: K, take: (data: LiveEvents[K]) => void) =>
      source.addEventListener(name, (event) => take(JSON.parse(String(event.data)) as LiveEvents[K]))
    on('stream', ({ connectionId, stream }) => {
      queries.setQueryData<Streams>(['streams', connectionId], (known) => known && withStream(known, stream))
    })
    on('connection', ({ connection }) => {
      if (connection === undefined) {
        void queries.invalidateQueries({ queryKey: ['connections'] })
        return
      }
      queries.setQueryData(['connections', connection.id], connection)
      queries.setQueryData<Connections>(
        ['connections'],
        (known) => known && withConnection(known, connection),
      )
    })
    on('export', () => void queries.invalidateQueries({ queryKey: ['exports'] }))
    // Nothing is repeated after a break.
    source.addEventListener('open', () => {
      void queries.invalidateQueries({ queryKey: ['connections'] })
      void queries.invalidateQueries({ queryKey: ['streams'] })
    })
    return () => source.close()
  }, [queries])
}

function withStream({ items }: Streams, stream: Stream): Streams {
  return { items: items.map((known) => (known.name === stream.name ? stream : known)) }
}

function withConnection(known: Connections, connection: Connection): Connections {
  const isKnown = known.items.some(({ id }) => id === connection.id)
  const items = known.items.map((other) => (other.id === connection.id ? connection : other))
  return { ...known, items: isKnown ? items : [...items, connection] }
}
