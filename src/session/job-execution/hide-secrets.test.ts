/** What looks like a secret in a board's output is hidden; what an engineer needs to see is not. */
import { expect, test } from 'vitest';
import { cpuTimer } from '../../testing/cpu.ts';
import { hideSecrets } from './hide-secrets.ts';
import { LONG } from '../../testing/long.ts';

test.each([
  ['I (812) wifi: ssid=workshop password=correct horse, battery', 'I (812) wifi: ssid=workshop password=[hidden]'],
  ['WIFI_PASS: hunter2', 'WIFI_PASS: [hidden]'],
  ['I (30) cfg: wifi password for home: hunter2', 'I (30) cfg: wifi password for home: [hidden]'],
  ['{"ssid":"home","psk":"s3cret","port":1883}', '{"ssid":"home","psk":"[hidden]","port":1883}'],
  ['{"token": "abc", "apiKey": "def", "n": 1}', '{"token": "[hidden]", "apiKey": "[hidden]", "n": 1}'],
  ["mqttPassword = 'a b c' retries = 3", "mqttPassword = '[hidden]' retries = 3"],
  ['password="a\\"b" user=me', 'password=[hidden]'],
  ['password="never ended', 'password=[hidden]'],
  ['Authorization: Bearer eyJhbGciOi.J9.x', 'Authorization: [hidden]'],
  ['aes_key => 00112233445566778899aabbccddeeff', 'aes_key => [hidden]'],
  ['wifipassword=x apikey=y', 'wifipassword=[hidden]'],
  ['ssid/pass: home/hunter2', 'ssid/pass: [hidden]'],
  ['connecting to mqtts://me:p@ss@broker.local:8883/x', 'connecting to mqtts://[hidden]@broker.local:8883/x'],
  [
    'cert:\r\n-----BEGIN EC PRIVATE KEY-----\r\nMHcCAQ\r\n-----END EC PRIVATE KEY-----\r\nok',
    'cert:\r\n-----BEGIN EC PRIVATE KEY-----[hidden]-----END EC PRIVATE KEY-----\r\nok',
  ],
  ['-----BEGIN PRIVATE KEY-----\nMHcCAQ', '-----BEGIN PRIVATE KEY-----[hidden]'],
  ['token=a\r\npassword: b\nkey: c\rdone', 'token=[hidden]\r\npassword: [hidden]\nkey: [hidden]\rdone'],
])('%j', (line, shown) => {
  expect(hideSecrets(line)).toBe(shown);
});

test.each([
  'rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n',
  'I (62) boot: Loaded app from partition at offset 0x1d0000\r\n',
  'I (60) boot: ## Label            Usage          Type ST Offset   Length\r\n',
  'E (113) wifi: 4-way handshake timed out, ssid: workshop, reason: 15\r\n',
  'I (20) monkey: 5, compass: 7, keyboard: de, tokyo: 1, bypass: off\r\n',
  'csum err:0x8f!=0x8e\r\nets_main.c 371 \r\n',
  'password:\r\n',
])('%j stays as it is', (line) => {
  expect(hideSecrets(line)).toBe(line);
});

test('128 KiB of anything take no time that anyone notices', LONG, () => {
  const much = (piece: string) => piece.repeat(Math.ceil(0x20000 / piece.length));
  for (const text of ['a', 'a ', 'a:', 'key="', 'key=""', '-----BEGIN PRIVATE KEY-----', 'x://', 'x://a', '" '].map(
    much,
  )) {
    const spent = cpuTimer();
    hideSecrets(text);
    expect(`${spent() < 1000}: ${text.slice(0, 30)}`).toBe(`true: ${text.slice(0, 30)}`);
  }
});
