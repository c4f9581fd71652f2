export const HOST = 'api.acme.example'

/**
 * Every spelling of "this machine", "this network" and "the metadata service" that parsers are known to fold, and hosts that a reader
 * takes for `HOST`. The first eighteen lead to this machine where nothing guards.
 */
export const FORMS: readonly string[] = [
  ...[
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '0',
    '0.0.0.0',
    '2130706433',
    '017700000001',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
  ],
  ...[
    '127.0.0.1.',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '%31%32%37.0.0.1',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'ⓛocalhost',
  ],
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
  ],
  ...['[2002:7f00:1::]', '[2001:0:7f00:1::]', '[fe80::1]', '[fc00::1]', '[fd00:ec2::254]', '[ff02::1]'],
  ...[
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '[::ffff:a9fe:a9fe]',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
  ],
  ...[
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    'metadata.google.internal',
  ],
  ...[
    `${HOST}.evil.example`,
    `evil.example#${HOST}`,
    `${HOST}@evil.example`,
    `evil.example\\@${HOST}`,
    `evil.example?.${HOST}`,
  ],
]
