<?php
declare(strict_types=1);

namespace Corpus\Mail;

use InvalidArgumentException;

#[\Attribute]
final class Mailer extends Base implements Sends
{
    public function __construct(
        private readonly string $from,
        protected ?int $port = 25,
    ) {
    }

    /**
     * Sends. This stays.
     */
    public function send(string $to): bool
    {
        return true;
    }

    #[Deprecated]
    public static function make(int|string $from, array &$options, Part ...$parts): static
    {
        if ($from === '') {
            throw new \InvalidArgumentException('from /* no comment */');
        }
        return new static((string) $from);
    }

    // @phpstan-ignore-next-line
    public function queue($message, int $delay = 60)
    {
        $later = fn ($x) => $x * 2;
        try {
            throw new \LogicException('caught');
        } catch (\LogicException $error) {
        }
        return $this->push($message, $later($delay));
    }

    private function push($message, $delay)
    {
        return [$message, $delay];
    }
}

interface Sends
{
    public function send(string $to): bool;
}

trait Counts
{
    protected function count(int $größe): int
    {
        return $größe;
    }
}

enum Status: string
{
    case Sent = 'sent';
    case Failed = 'failed';

    public function label(): string
    {
        return ucfirst($this->value);
    }
}

function mail_to(string $address, callable $done = null): void
{
    $done($address);
}
