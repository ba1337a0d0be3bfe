namespace Corpus;

public struct Money
{
	public Money(decimal amount, string currency)
	{
		Amount = amount;
		Currency = currency;
	}

	public decimal Amount { get; }
	public string Currency { get; }

	public Money Add(Money other)
	{
		if (other.Currency != Currency) throw new System.InvalidOperationException();
		return new Money(Amount + other.Amount, Currency);
	}
}
