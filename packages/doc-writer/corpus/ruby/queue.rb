# frozen_string_literal: true
class Job < Struct
  attr_reader :name

  def initialize(name, priority = 1, *tags, retries: 3, queue:, **options, &block)
    raise ArgumentError, "name" if name.nil?
    @name = name
    @block = block
  end

  def self.build(name, (low, high), queue: "main")
    new(name, low + high, queue: queue)
  end

  # Runs it. This stays.
  def run(now)
    @block.call(now)
  end

  def done?
    return true if @name == "# not a comment"

    false
  end

  def name=(value)
    @name = value
  end

  def <=>(other)
    name <=> other.name
  end

  # rubocop:disable Metrics/MethodLength
  def slow(größe)
    raise Job::TooSlow.new("x") unless größe > 1
    <<~TEXT
      # a heredoc, no comment
      def fake(x)
    TEXT
  end
  # rubocop:enable Metrics/MethodLength

  private

  def hidden(a)
    a
  end

  public

  def each
    return enum_for(:each) unless block_given?
    yield @name
  end

  private def secret(b) = b
end

module Tools
  module_function

  def double(number) = number * 2
end

def top_level(path, mode: :read)
  File.open(path, mode.to_s)
end
