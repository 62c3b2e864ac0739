using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts.Maps;

/// <summary>Reads and writes a fixed number of finite numbers as a JSON array.</summary>
/// <typeparam name="T">The point type.</typeparam>
public abstract class TupleJsonConverter<T> : JsonConverter<T>
{
    private readonly int _count;
    private readonly string _shape;

    private protected TupleJsonConverter(int count, string shape) => (_count, _shape) = (count, shape);

    private protected abstract T From(ReadOnlySpan<double> numbers);

    private protected abstract void Into(T value, Span<double> numbers);

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Wrong();
        Span<double> numbers = stackalloc double[_count];
        for (var i = 0; i < _count; i++)
        {
            if (
                !reader.Read()
                || reader.TokenType != JsonTokenType.Number
                || !reader.TryGetDouble(out numbers[i])
                || !double.IsFinite(numbers[i])
            )
                throw Wrong();
        }

        if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
            throw Wrong();
        return From(numbers);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        Span<double> numbers = stackalloc double[_count];
        Into(value, numbers);
        writer.WriteStartArray();
        foreach (var number in numbers)
            writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    private JsonException Wrong() => new($"Write {_shape}: an array of {_count} finite numbers.");
}

internal sealed class PlanPointJsonConverter() : TupleJsonConverter<PlanPoint>(2, "a plan point as [x, y] in metres")
{
    private protected override PlanPoint From(ReadOnlySpan<double> numbers) => new(numbers[0], numbers[1]);

    private protected override void Into(PlanPoint value, Span<double> numbers) => (numbers[0], numbers[1]) = (value.X, value.Y);
}

internal sealed class SpacePointJsonConverter() : TupleJsonConverter<SpacePoint>(3, "a point of the room as [x, y, z] in metres")
{
    private protected override SpacePoint From(ReadOnlySpan<double> numbers) => new(numbers[0], numbers[1], numbers[2]);

    private protected override void Into(SpacePoint value, Span<double> numbers) =>
        (numbers[0], numbers[1], numbers[2]) = (value.X, value.Y, value.Z);
}

internal sealed class PlanSizeJsonConverter() : TupleJsonConverter<PlanSize>(2, "a size as [width, depth] in metres")
{
    private protected override PlanSize From(ReadOnlySpan<double> numbers) => new(numbers[0], numbers[1]);

    private protected override void Into(PlanSize value, Span<double> numbers) => (numbers[0], numbers[1]) = (value.Width, value.Depth);
}

internal sealed class PixelPointJsonConverter() : TupleJsonConverter<PixelPoint>(2, "a pixel as [u, v]")
{
    private protected override PixelPoint From(ReadOnlySpan<double> numbers) => new(numbers[0], numbers[1]);

    private protected override void Into(PixelPoint value, Span<double> numbers) => (numbers[0], numbers[1]) = (value.U, value.V);
}
